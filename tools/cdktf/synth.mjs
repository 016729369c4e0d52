// The upgrade of version 0.1.0 runs this file, also after the merge.
import "./synth.cjs";
