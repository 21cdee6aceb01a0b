package dev.sluice.worker.rollout;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What is reachable, measured right after a full collection.
 *
 * @param instances of one class
 * @param bytes of the whole heap
 */
record HeapAfterCollection(long instances, long bytes) {

    static HeapAfterCollection measure(Class<?> counted) throws JMException {
        // The histogram is taken after a full collection, of reachable objects only.
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Matcher row = Pattern.compile(
                        "^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(counted.getName()) + "(\\s|$)",
                        Pattern.MULTILINE)
                .matcher(histogram);
        Matcher total =
                Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE).matcher(histogram);
        if (!total.find()) {
            throw new AssertionError("no total in the histogram: " + histogram);
        }
        return new HeapAfterCollection(row.find() ? Long.parseLong(row.group(1)) : 0, Long.parseLong(total.group(1)));
    }
}
