/** The SDK speaks of its plans for Node versions at every start; what runs here are the versions that are pinned. */
export function silenceNodeVersionWarning(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
}
