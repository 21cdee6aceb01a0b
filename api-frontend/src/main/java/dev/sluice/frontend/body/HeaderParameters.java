package dev.sluice.frontend.body;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A header's value with parameters, as in Content-Type and Content-Disposition. Names are read in any case, quoted values without their
 * quotes; what is no parameter is skipped, as is an empty one at the end.
 *
 * @param value before the first semicolon, in lower case
 * @param parameters by their names in lower case; of two with one name, the first
 */
record HeaderParameters(String value, Map<String, String> parameters) {

    static HeaderParameters parse(@Nullable String header) {
        if (header == null) {
            return new HeaderParameters("", Map.of());
        }
        int semicolon = header.indexOf(';');
        String value = semicolon < 0 ? header : header.substring(0, semicolon);
        Map<String, String> parameters = new LinkedHashMap<>();
        if (semicolon >= 0) {
            new Reader(header, semicolon + 1).readInto(parameters);
        }
        return new HeaderParameters(value.strip().toLowerCase(Locale.ROOT), parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text, int at) {
            this.text = text;
            this.at = at;
        }

        void readInto(Map<String, String> parameters) {
            while (at < text.length()) {
                String name = until("=;").strip().toLowerCase(Locale.ROOT);
                if (at < text.length() && text.charAt(at) == '=') {
                    at++;
                    parameters.putIfAbsent(name, value());
                }
                until(";");
                at++;
            }
        }

        private String value() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return at < text.length() && text.charAt(at) == '"'
                    ? quoted()
                    : until(";").strip();
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            return value.toString();
        }

        private String until(String ends) {
            int start = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }
    }
}
