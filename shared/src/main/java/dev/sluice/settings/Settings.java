package dev.sluice.settings;

/**
 * Options of a process, or some that belong together, each a field with its default value and picocli's {@code @Option}; a process includes
 * such groups as {@code @Mixin} fields. {@link SettingsReader} says what they have in common.
 */
public interface Settings {
    /** Adds every fault of the values; those of included groups are not to be added again. */
    void check(SettingsFaults faults);
}
