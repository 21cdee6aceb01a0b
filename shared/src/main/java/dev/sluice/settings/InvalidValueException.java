package dev.sluice.settings;

import picocli.CommandLine.TypeConversionException;

/** An invalid value of an option; unlike picocli's messages, this one never repeats the value. */
final class InvalidValueException extends TypeConversionException {
    InvalidValueException(String faultAndRemedy) {
        super(faultAndRemedy);
    }
}
