package dev.sluice.settings;

import picocli.CommandLine.TypeConversionException;

/** A value that is not what its option takes; the message is written here and, unlike picocli's, never repeats the value. */
final class InvalidValueException extends TypeConversionException {
    InvalidValueException(String faultAndRemedy) {
        super(faultAndRemedy);
    }
}
