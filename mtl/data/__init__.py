"""From a source to arrays on disk: frames, stable splits, fitted transforms, label masks."""
