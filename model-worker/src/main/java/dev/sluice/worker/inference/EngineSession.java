package dev.sluice.worker.inference;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/** A model file loaded into its engine by DJL; runs as many batches side by side as there are threads that ask. */
final class EngineSession implements AutoCloseable {
    private final Model model;
    private final ChosenOutput output;
    /** Those that nobody uses now: a predictor serves one thread at a time. */
    private final ConcurrentLinkedDeque<Predictor<List<EngineInput>, Scores>> idle = new ConcurrentLinkedDeque<>();

    private EngineSession(Model model, ChosenOutput output) {
        this.model = model;
        this.output = output;
    }

    static EngineSession open(ServedFlavor.Weights weights, ChosenOutput output, LoadSettings settings)
            throws UnservableModelException {
        Path file = weights.file();
        Model model =
                DjlEngines.get(weights.flavor(), settings).newModel(String.valueOf(file.getFileName()), Device.cpu());
        try {
            switch (weights.flavor()) {
                case ONNX -> loadOnnx(model, file, output);
                case TORCHSCRIPT -> model.load(file);
            }
            return new EngineSession(model, output);
        } catch (IOException | MalformedModelException | EngineException | OrtException e) {
            model.close();
            throw EngineFault.unloadable(weights, e);
        }
    }

    private static void loadOnnx(Model model, Path file, ChosenOutput output)
            throws IOException, MalformedModelException, OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // It would write a line on the standard error for each item that fails: clients could fill the log.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            if (output.isOnlyOne()) {
                options.disablePerSessionThreads();
                OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
                OnnxMapBlock.into(model, session, output);
                return;
            }
            // All sessions share the engine's threads.
            model.load(file, null, Map.of("sessionOptions", options, "disablePerSessionThreads", "true"));
        }
    }

    /** @throws InferenceException when the engine fails, or answers for another number of items */
    Scores run(List<EngineInput> inputs) throws InferenceException {
        Predictor<List<EngineInput>, Scores> used = idle.pollFirst();
        Predictor<List<EngineInput>, Scores> predictor =
                used == null ? model.newPredictor(new TensorTranslator(output.name())) : used;
        try {
            Scores scores = predictor.predict(inputs);
            int items = inputs.getFirst().items();
            if (scores.items() != items) {
                throw new InferenceException("the model answers %d rows to %d items".formatted(scores.items(), items));
            }
            return scores;
        } catch (TranslateException e) {
            if (rootOf(e) instanceof InferenceException known) {
                throw known;
            }
            throw new InferenceException("the model fails: " + EngineFault.message(e), e);
        } finally {
            idle.addFirst(predictor);
        }
    }

    /** Once nothing runs any more. */
    @Override
    public void close() {
        idle.forEach(Predictor::close);
        model.close();
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
