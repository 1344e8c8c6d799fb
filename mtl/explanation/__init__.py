"""Why a task is not better, found by trying: short retrainings on the training side, judged on validation alone."""
