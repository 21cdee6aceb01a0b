package dev.sluice.job;

import dev.sluice.model.Deployment;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code model@alias~unique} or, for one request of a group that was queued as one job, {@code model@alias~unique.member}.
 * The deployment comes first, so that a job's key follows from its id; the unique part is 128 random bits in hex.
 *
 * @param member place within the group, from 0; {@link #WHOLE} for the job itself
 */
public record JobId(Deployment deployment, String unique, int member) {
    public static final int WHOLE = -1;

    private static final Pattern FORM = Pattern.compile("([^@~/]+@[^@~/]+)~([0-9a-f]{32})(?:\\.([0-9]{1,6}))?");
    private static final SecureRandom RANDOM = new SecureRandom();

    public static JobId random(Deployment deployment) {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return new JobId(deployment, HexFormat.of().formatHex(bits), WHOLE);
    }

    /** Empty when the text is not of that form. */
    public static Optional<JobId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            int member = matcher.group(3) == null ? WHOLE : Integer.parseInt(matcher.group(3));
            return Optional.of(new JobId(Deployment.parse(matcher.group(1)), matcher.group(2), member));
        } catch (IllegalArgumentException notADeployment) {
            return Optional.empty();
        }
    }

    public JobId ofMember(int place) {
        return new JobId(deployment, unique, place);
    }

    /** The id of the queued job: the group's id if this is the id of a member. */
    public JobId queued() {
        return member == WHOLE ? this : new JobId(deployment, unique, WHOLE);
    }

    @Override
    public String toString() {
        String whole = deployment + "~" + unique;
        return member == WHOLE ? whole : whole + "." + member;
    }
}
