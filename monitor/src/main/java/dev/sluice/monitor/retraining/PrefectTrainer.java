package dev.sluice.monitor.retraining;

import dev.sluice.monitor.rest.JsonClient;
import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/** Asks Prefect 3 for a run of a deployment, by its REST interface. */
public final class PrefectTrainer implements Trainer {
    private static final Set<String> FAILED = Set.of("FAILED", "CRASHED", "CANCELLED");

    private static final Optional<Ending> UNKNOWN =
            Optional.of(new Ending(false, "Prefect does not know the run: it was deleted"));

    private final JsonClient client;
    private final String deployment;

    /**
     * A trainer by Prefect.
     *
     * @param api address of the interface, such as {@code http://127.0.0.1:4200/api}
     * @param deployment {@code flow/deployment}; its flow takes a parameter {@code model}
     */
    public PrefectTrainer(Vertx vertx, Address api, String deployment) {
        this.client = new JsonClient(vertx, api);
        this.deployment = deployment;
    }

    @Override
    public Future<String> start(String model) {
        JsonObject request = new JsonObject().put("parameters", new JsonObject().put("model", model));
        return client.get("/deployments/name/" + deployment, "")
                .compose(
                        found -> client.post("/deployments/" + found.getString("id") + "/create_flow_run", "", request))
                .map(run -> run.getString("id"));
    }

    @Override
    public Future<Optional<Ending>> ending(String run) {
        return client.find("/flow_runs/" + run, "")
                .map(found -> found.map(PrefectTrainer::ending).orElse(UNKNOWN));
    }

    private static Optional<Ending> ending(JsonObject run) {
        String state = run.getString("state_type", "");
        if (state.equals("COMPLETED") || FAILED.contains(state)) {
            return Optional.of(new Ending(state.equals("COMPLETED"), "Prefect reports " + state));
        }
        return Optional.empty();
    }
}
