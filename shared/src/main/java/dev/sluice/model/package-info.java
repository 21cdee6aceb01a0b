/** The description of a deployment: signature, version, profile, rollout. */
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
