"""Where rows may come from, one file each; a spec's `data` names one by its file's name."""
