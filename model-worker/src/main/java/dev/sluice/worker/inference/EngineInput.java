package dev.sluice.worker.inference;

import dev.sluice.tensor.Values;

/** The values of one input for a batch, item after item. */
record EngineInput(InputSpec spec, int items, Values values) {}
