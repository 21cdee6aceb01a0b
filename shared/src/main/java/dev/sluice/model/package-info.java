/** What a deployment says about itself: signature, version, profile, rollout. */
@NullMarked
package dev.sluice.model;

import org.jspecify.annotations.NullMarked;
