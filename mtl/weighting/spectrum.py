"""Eigenvalues of a Gramian that are more than rounding."""

import numpy as np

from mtl.weighting.scheme import FloatArray

EPSILON = float(np.finfo(np.float64).eps)


def nonzero_spectrum(A: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The eigenvalues of a symmetric A above K · ε · λ_max in ascending order, and their eigenvectors as columns."""
    eigenvalues, eigenvectors = np.linalg.eigh(A)
    rounding = len(A) * EPSILON * eigenvalues[-1]
    if eigenvalues[0] > rounding:
        return eigenvalues, eigenvectors
    kept = eigenvalues > rounding
    return eigenvalues[kept], eigenvectors[:, kept]


def pseudo_solve(A: FloatArray, b: FloatArray) -> FloatArray:
    """A⁺b for a symmetric positive semidefinite A."""
    eigenvalues, eigenvectors = nonzero_spectrum(A)
    return np.asarray(eigenvectors @ ((b @ eigenvectors) / eigenvalues))
