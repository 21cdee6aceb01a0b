package dev.sluice.worker.inference;

import dev.sluice.answer.AnswerWriter;
import dev.sluice.job.ItemResults;
import dev.sluice.job.JobInput;
import dev.sluice.model.BatchProfile;
import dev.sluice.model.Signature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of a model, ready to run. Preparing and inferring are safe for many threads at once. Its profile is there once it has been
 * warmed up.
 */
public final class LoadedModel implements BatchModel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);

    private static final ItemResults.Tensors NOTHING = ItemResults.Tensors.of(0, List.of());
    private final ModelTask task;
    private final ServedFlavor flavor;
    private final String description;
    private final ItemPreparation preparation;
    private final EngineSession session;
    private final ProfileStore profiles;
    private final String signatureHash;
    private final AnswerWriter answers;
    private final int mostItems;
    /** Why items do not share a batch; empty when they do. */
    private volatile Optional<String> oneByOne = Optional.empty();

    private volatile @Nullable BatchProfile profile;

    private LoadedModel(
            ModelTask task,
            ServedFlavor flavor,
            String description,
            ItemPreparation preparation,
            EngineSession session,
            ProfileStore profiles,
            InputLimits limits) {
        this.task = task;
        this.flavor = flavor;
        this.description = description;
        this.preparation = preparation;
        this.session = session;
        this.profiles = profiles;
        this.signatureHash = task.signature().hash();
        this.answers = new AnswerWriter(task.versionRecord());
        this.mostItems = limits.mostItems(task.itemBytes());
    }

    /**
     * Reads an MLflow model folder and loads it into its engine.
     *
     * @param digest of the folder's content; what is measured is kept under it
     * @throws UnservableModelException when this folder can never be served
     */
    public static LoadedModel load(Path folder, String digest, LoadSettings settings) throws UnservableModelException {
        CheckedFiles files = CheckedFiles.of(folder);
        ServedFlavor.Weights weights = files.weights();
        ModelTask task = files.task();
        Optional<OnnxFile> onnx = inspect(weights, settings);
        VersionFaults faults = new VersionFaults();
        Optional<ChosenOutput> output = faults.collect(
                () -> onnx.isPresent() ? ChosenOutput.of(task, onnx.get()) : ChosenOutput.undeclared(task));
        Optional<ItemPreparation> preparation = faults.collect(() -> task.preparation(onnx, files.example(), settings));
        faults.throwIfAny();
        ServedFlavor flavor = weights.flavor();
        ProfileStore profiles = new ProfileStore(
                settings.profiles(),
                digest,
                "%s x%d, %s".formatted(flavor.engine(), settings.threads(), EngineVersions.describe()),
                Processor.describe());
        String description =
                files.file().metadata(new VersionFaults()).text("description").orElse("");
        EngineSession session = EngineSession.open(weights, output.orElseThrow(), settings);
        return new LoadedModel(
                task, flavor, description, preparation.orElseThrow(), session, profiles, settings.inputs());
    }

    private static Optional<OnnxFile> inspect(ServedFlavor.Weights weights, LoadSettings settings)
            throws UnservableModelException {
        if (weights.flavor() != ServedFlavor.ONNX) {
            return Optional.empty();
        }
        // ONNX Runtime's environment takes its threads from whoever starts it: DJL has to be the first.
        DjlEngines.get(weights.flavor(), settings);
        return Optional.of(OnnxFile.inspect(weights.file()));
    }

    /**
     * Runs its input example, alone and among others, and takes the profile that is stored for these files on this processor. Without one
     * it is measured and not stored: this process does other work meanwhile, and the next start may find one.
     *
     * @param profiling how long that measuring may take
     * @throws UnservableModelException when it fails on its own example, or its answers cannot be right
     */
    public void warmUp(Duration profiling) throws UnservableModelException {
        if (profile != null) {
            return;
        }
        PreparedItems example = runExample();
        Optional<BatchProfile> known = profiles.read();
        if (known.isEmpty()) {
            LOG.warn(
                    "No profile is stored for the version: it is measured beside the worker's other work and not stored");
            known = Optional.of(measure(profiling, example));
        }
        profile = oneByOne.isPresent() ? known.get().upTo(1) : known.get();
    }

    /**
     * Runs its input example, alone and among others, measures its profile and stores that. For a process that does nothing else.
     *
     * @param profiling how long that measuring may take
     * @param turn returns when the measuring may begin
     * @throws UnservableModelException as {@link #warmUp}
     */
    public void measure(Duration profiling, Runnable turn) throws UnservableModelException {
        PreparedItems example = runExample();
        turn.run();
        BatchProfile measured = measure(profiling, example);
        profiles.write(measured);
        profile = measured;
    }

    private PreparedItems runExample() throws UnservableModelException {
        PreparedItems example = preparation.example();
        oneByOne =
                new BatchIndependence(task, this::run).check(example, ItemVariations.of(example, preparation.inputs()));
        oneByOne.ifPresent(why -> LOG.warn("The model runs one item at a time, because {}", why));
        return example;
    }

    private BatchProfile measure(Duration profiling, PreparedItems example) throws UnservableModelException {
        try {
            return new BatchProfiler(profiling, oneByOne.isPresent() ? 1 : mostItems).measure(this::infer, example);
        } catch (InferenceException e) {
            throw new UnservableModelException(
                    "its input example fails when it is repeated in a batch: %s: correct the model"
                            .formatted(e.getMessage()),
                    e);
        }
    }

    @Override
    public PreparedItems prepare(JobInput input) {
        return preparation.prepare(input);
    }

    @Override
    public ItemResults.Tensors infer(PreparedItems items) throws InferenceException {
        if (oneByOne.isEmpty() || items.size() == 1) {
            return inferTogether(items);
        }
        List<ItemResults.Tensors> results = new ArrayList<>(items.size());
        for (int item = 0; item < items.size(); item++) {
            results.add(inferTogether(items.slice(item, item + 1)));
        }
        return ItemResults.Tensors.join(results);
    }

    private ItemResults.Tensors inferTogether(PreparedItems items) throws InferenceException {
        ItemBatch batch = new ItemBatch(items, preparation.inputs());
        List<EngineInput> inputs = batch.inputs();
        return batch.inPlace(inputs.isEmpty() ? NOTHING : interpreted(session.run(inputs)));
    }

    private ItemResults.Tensors interpreted(Scores scores) throws InferenceException {
        if (scores.width() != task.width()) {
            throw new InferenceException(task.wrongWidth(task.output().orElse("0"), scores.width()));
        }
        return task.interpret(scores);
    }

    private Scores run(PreparedItems items) throws InferenceException {
        return session.run(new ItemBatch(items, preparation.inputs()).inputs());
    }

    public String task() {
        return task.name();
    }

    /** MLflow's name of it. */
    public String flavor() {
        return flavor.mlflowName();
    }

    /** DJL's name of it. */
    public String engine() {
        return flavor.engine();
    }

    /** For people; may be empty. Says so when its items run one at a time. */
    public String description() {
        return oneByOne.map(why -> (description + " Runs one item at a time: " + why + ".").strip())
                .orElse(description);
    }

    /** With the datatypes that the engine takes; its hash is that of the declared one. */
    public Signature signature() {
        return preparation.signature();
    }

    @Override
    public AnswerWriter answers() {
        return answers;
    }

    @Override
    public String signatureHash() {
        return signatureHash;
    }

    /** @throws IllegalStateException before it has been warmed up */
    @Override
    public BatchProfile profile() {
        BatchProfile known = profile;
        if (known == null) {
            throw new IllegalStateException("a model has its profile once it has been warmed up");
        }
        return known;
    }

    @Override
    public void close() {
        session.close();
    }
}
