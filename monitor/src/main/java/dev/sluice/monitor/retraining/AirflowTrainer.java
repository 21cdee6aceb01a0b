package dev.sluice.monitor.retraining;

import dev.sluice.monitor.rest.JsonClient;
import dev.sluice.settings.Address;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Asks Airflow 3 for a run of a DAG, by its REST interface. */
public final class AirflowTrainer implements Trainer {
    private static final Optional<Ending> UNKNOWN =
            Optional.of(new Ending(false, "Airflow does not know the run: it was deleted"));

    private final JsonClient client;
    private final String dag;
    private final JsonObject login;

    /**
     * A trainer by Airflow.
     *
     * @param address of the interface, such as {@code http://127.0.0.1:8080}
     * @param dag the DAG, which gets the model as {@code conf.model}
     */
    public AirflowTrainer(Vertx vertx, Address address, String dag, String user, String password) {
        this.client = new JsonClient(vertx, address);
        this.dag = dag;
        this.login = new JsonObject().put("username", user).put("password", password);
    }

    @Override
    public Future<String> start(String model) {
        JsonObject request = new JsonObject().putNull("logical_date").put("conf", new JsonObject().put("model", model));
        return token().compose(token -> client.post("/api/v2/dags/" + dag + "/dagRuns", token, request))
                .map(run -> run.getString("dag_run_id"));
    }

    @Override
    public Future<Optional<Ending>> ending(String run) {
        return token().compose(token -> client.find("/api/v2/dags/" + dag + "/dagRuns/" + run, token))
                .map(found -> found.map(AirflowTrainer::ending).orElse(UNKNOWN));
    }

    private static Optional<Ending> ending(JsonObject run) {
        String state = run.getString("state", "");
        return state.equals("success") || state.equals("failed")
                ? Optional.of(new Ending(state.equals("success"), "Airflow reports " + state))
                : Optional.empty();
    }

    private Future<String> token() {
        return client.post("/auth/token", "", login).map(answer -> answer.getString("access_token"));
    }
}
