// Stands in the bundle for the package archiver, of which cdktf loads 60 files with itself and needs them for an asset.
module.exports = (...args) => require("cdktf/node_modules/archiver")(...args);
