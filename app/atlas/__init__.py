"""The atlas: a local web view of the published database for those who read and decide."""
