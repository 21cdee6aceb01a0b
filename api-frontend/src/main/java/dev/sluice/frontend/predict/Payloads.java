package dev.sluice.frontend.predict;

import dev.sluice.frontend.admission.CallTerms;
import dev.sluice.frontend.body.ModelInput;
import dev.sluice.frontend.catalog.DeploymentCatalog.Target;
import dev.sluice.job.JobPayload;
import dev.sluice.job.JobSchema;
import dev.sluice.model.InputTensor;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Datatype;
import dev.sluice.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What of a request goes into the queue, in the form that those who read it know. */
final class Payloads {
    private Payloads() {}

    /** @param terms of the caller, or of one of a group */
    static JobPayload of(Target target, ModelInput input, CallTerms terms) {
        JobSchema schema = schema(target, terms);
        return switch (input) {
            case ModelInput.RowInput rows -> ofRows(target, schema, rows.columns());
            case ModelInput.PictureInput(List<byte[]> pictures) -> JobPayload.ofPictures(schema, pictures);
        };
    }

    /** An outcome that is fetched later may be fetched from an API of the release before, which reads none of tensors. */
    private static JobSchema schema(Target target, CallTerms terms) {
        return terms.async() || terms.hasKey() ? JobSchema.LINES : target.schema();
    }

    private static JobPayload ofRows(Target target, JobSchema schema, List<Tensor> columns) {
        return JobPayload.ofRows(
                schema,
                schema == JobSchema.LINES ? columns : asTaken(target.live().signature(), columns));
    }

    /**
     * In the datatypes that the live version's engine takes: half the bytes for most models. Of one kind, so that the prediction log has
     * whole numbers and booleans as the client sent them.
     */
    private static List<Tensor> asTaken(Signature signature, List<Tensor> columns) {
        Map<String, Datatype> taken = HashMap.newHashMap(columns.size());
        for (InputTensor column : signature.inputs()) {
            taken.put(column.name(), column.target());
        }
        return columns.stream()
                .map(column -> as(taken.getOrDefault(column.name(), column.datatype()), column))
                .toList();
    }

    private static Tensor as(Datatype taken, Tensor column) {
        return taken.kind() == column.datatype().kind() ? column.as(taken) : column;
    }
}
