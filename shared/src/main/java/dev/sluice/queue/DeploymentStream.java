package dev.sluice.queue;

import dev.sluice.model.Deployment;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream that each deployment has, and whose entries stay until somebody has kept them: so one may be read twice. */
final class DeploymentStream {
    private final ScriptRunner scripts;
    private final String name;

    DeploymentStream(ScriptRunner scripts, String name) {
        this.scripts = scripts;
        this.name = name;
    }

    /**
     * What stands in it, as it was written: a stranger may have been the writer.
     *
     * @param place in the stream, by which it is taken out
     */
    record Entry(String place, Map<String, Response> fields) {
        @Nullable Response field(String field) {
            return fields.get(field);
        }

        String text(String field) {
            return JobIntake.text(fields.get(field));
        }

        long number(String field) {
            return JobIntake.number(fields.get(field));
        }
    }

    /** The oldest entries that are there, in their order. */
    Future<List<Entry>> oldest(Deployment deployment, int most) {
        return scripts.link()
                .send(Request.cmd(Command.XRANGE)
                        .arg(QueueKeys.stream(deployment, name))
                        .arg("-")
                        .arg("+")
                        .arg("COUNT")
                        .arg(most))
                .map(found -> {
                    List<Entry> entries = new ArrayList<>(found.size());
                    found.forEach(entry -> entries.add(new Entry(entry.get(0).toString(), fields(entry.get(1)))));
                    return entries;
                });
    }

    /** They may go. */
    Future<Void> kept(Deployment deployment, List<String> places) {
        List<Object> args = new ArrayList<>(places.size() + 1);
        args.add(name);
        args.addAll(places);
        return scripts.run(QueueScript.KEPT, deployment, args).mapEmpty();
    }

    private static Map<String, Response> fields(Response flat) {
        Map<String, Response> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(flat.get(i).toString(), flat.get(i + 1));
        }
        return fields;
    }
}
