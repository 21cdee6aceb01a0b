package dev.sluice.worker.inference;

import java.nio.FloatBuffer;

/** The numbers of one item, written straight into the batch's tensor. */
interface ItemTensor {
    /** Moves the buffer's position on by as many numbers as an item has. */
    void writeTo(FloatBuffer target);
}
