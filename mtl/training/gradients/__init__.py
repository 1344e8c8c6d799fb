"""The K task gradients of one batch: their Gramian, and their weighted sum in the parameters' `.grad`.

Both start from the slopes [B, C], the derivative of each task's loss by its own head's outputs. Heads are linear: task
k's gradient with respect to the representation that it reads is δₖ = DₖWₖ, with Dₖ its columns of the slopes.

What the Gramian G is taken of is the spec's `training.gradients`:
    representation: the gradients with respect to what the tasks' own stages read (MGDA-UB, Sener and Koltun 2018,
        section 3.3). The cheapest, but blind where tasks are labelled on different rows: gradients of disjoint rows
        are orthogonal by construction.
    last_layer: the gradients with respect to the last shared layer (GradNorm, Chen et al. 2018, section 3.1).
    parameters: the gradients with respect to every shared parameter; exact, and the way back K times.
"""
