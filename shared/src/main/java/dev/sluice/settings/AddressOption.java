package dev.sluice.settings;

import picocli.CommandLine.ITypeConverter;

/** Addresses in settings. */
public final class AddressOption implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(String.valueOf(e.getMessage()));
        }
    }
}
