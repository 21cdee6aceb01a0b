/** Small real models, written as MLflow model folders. */
@NullMarked
package dev.sluice.worker.models;

import org.jspecify.annotations.NullMarked;
