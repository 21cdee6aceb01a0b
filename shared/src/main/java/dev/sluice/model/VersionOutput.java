package dev.sluice.model;

import static java.util.Objects.requireNonNullElse;

/** One output of a version as its outcomes have it. */
public record VersionOutput(String name, OutputRole role) {
    /** An untrusted writer may have left something out. */
    public VersionOutput {
        name = requireNonNullElse(name, "");
        role = requireNonNullElse(role, OutputRole.PLAIN);
    }
}
