package dev.sluice.system.fault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Deployment;
import dev.sluice.system.RunningSluice;
import dev.sluice.system.SluiceClient.Answer;

/**
 * Models whose answer is known: they answer the number that they were asked, after as many turns of a loop as the row says, and fail on a
 * row whose index is out of their table. So another request's answer is told at once, and a batch can be made to take as long as a test needs.
 */
final class Probe {
    static final Deployment DEPLOYMENT = Deployment.parse("probe@fault");
    static final String PATH = "/v1/models/probe@fault/predict";
    /** Two of one kind, for workers that serve both. A batch of theirs takes as many turns as its rows together, not as the longest of them. */
    static final Deployment TOIL = Deployment.parse("toil@fault");

    static final Deployment SECOND_TOIL = Deployment.parse("toil-second@fault");
    /** A row's turns in the input example of those two, by which a worker measures the best batch. */
    static final int TOIL_SPIN = 64;
    /** Beyond any deadline: an inference that hangs. */
    static final long FOR_EVER = 1_000_000_000;

    private static final String REGISTER = """
            import sys
            import mlflow
            import numpy as np
            import pandas as pd
            from mlflow.models import ModelSignature
            from mlflow.types import ColSpec, Schema
            from onnx import TensorProto, checker, helper, numpy_helper

            SIZE = 192

            def tensor(name, values):
                return numpy_helper.from_array(values, name)

            def value(name, kind, shape):
                return helper.make_tensor_value_info(name, kind, shape)

            turn = helper.make_graph(
                [helper.make_node("MatMul", ["square_in", "one"], ["square_out"]), helper.make_node("Identity", ["on"], ["on_out"])],
                "turn",
                [value("turn", TensorProto.INT64, []), value("on", TensorProto.BOOL, []), value("square_in", TensorProto.FLOAT, [SIZE, SIZE])],
                [value("on_out", TensorProto.BOOL, []), value("square_out", TensorProto.FLOAT, [SIZE, SIZE])],
            )
            def probe(together):
                graph = helper.make_graph(
                    [
                        helper.make_node(together, ["spin"], ["turns"], keepdims=0),
                        helper.make_node("Loop", ["turns", "true", "square"], ["spun"], body=turn),
                        helper.make_node("ReduceSum", ["spun"], ["sum"], keepdims=0),
                        helper.make_node("Mul", ["sum", "zero"], ["nothing"]),
                        helper.make_node("Cast", ["nothing"], ["nothing_double"], to=TensorProto.DOUBLE),
                        helper.make_node("Gather", ["table", "index"], ["looked_up"]),
                        helper.make_node("Add", ["number", "looked_up"], ["with_table"]),
                        helper.make_node("Add", ["with_table", "nothing_double"], ["answer"]),
                    ],
                    "probe",
                    [value("number", TensorProto.DOUBLE, ["n", 1]), value("spin", TensorProto.INT64, ["n", 1]), value("index", TensorProto.INT64, ["n", 1])],
                    [value("answer", TensorProto.DOUBLE, ["n", 1])],
                    [
                        tensor("one", np.eye(SIZE, dtype=np.float32)),
                        tensor("square", np.ones((SIZE, SIZE), dtype=np.float32)),
                        tensor("true", np.array(True)),
                        tensor("zero", np.array(0, dtype=np.float32)),
                        tensor("table", np.zeros(10)),
                    ],
                )
                model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
                checker.check_model(model)
                return model

            def register(together, spin, *names):
                columns = Schema([ColSpec("double", "number"), ColSpec("long", "spin"), ColSpec("long", "index")])
                with mlflow.start_run():
                    logged = mlflow.onnx.log_model(
                        probe(together),
                        name="probe",
                        signature=ModelSignature(columns, Schema([ColSpec("double")])),
                        input_example=pd.DataFrame({"number": [1.5], "spin": [spin], "index": [0]}),
                        metadata={"task": "tabular-regression", "valueOutput": "answer"},
                    )
                for name in names:
                    version = mlflow.register_model(logged.model_uri, name)
                    mlflow.MlflowClient().set_registered_model_alias(name, "fault", version.version)

            mlflow.set_tracking_uri(sys.argv[1])
            register("ReduceMax", 0, "probe")
            register("ReduceSum", int(sys.argv[2]), "toil", "toil-second")
            """;

    private Probe() {}

    static void register(RunningSluice sluice) {
        sluice.python(REGISTER, sluice.mlflowUrl(), String.valueOf(TOIL_SPIN));
    }

    static String row(double number, long spin) {
        return row(number, spin, 0);
    }

    static String rowThatFails(double number) {
        return row(number, 0, 1_000);
    }

    static boolean isRight(Answer answer, double number) {
        JsonNode value = answer.prediction(0).path("value");
        return answer.status() == 200 && value.isNumber() && value.asDouble() == number;
    }

    private static String row(double number, long spin, long index) {
        return "{\"number\": %s, \"spin\": %d, \"index\": %d}".formatted(number, spin, index);
    }
}
