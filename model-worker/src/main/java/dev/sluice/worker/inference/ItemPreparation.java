package dev.sluice.worker.inference;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.sluice.job.Failure;
import dev.sluice.job.JobInput;
import dev.sluice.model.InputTensor;
import dev.sluice.model.Signature;
import dev.sluice.tensor.Tensor;
import dev.sluice.worker.picture.ImageDecoder;
import dev.sluice.worker.picture.PicturePreparation;
import dev.sluice.worker.picture.PictureRefusedException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way from a job's payload to a model's inputs. */
sealed interface ItemPreparation {
    List<InputSpec> inputs();

    /** With the datatypes that the engine takes. */
    Signature signature();

    /** @throws IllegalArgumentException when the input is of another kind */
    PreparedItems prepare(JobInput input);

    /** One item to try the model on. */
    PreparedItems example();

    /** Typed columns, bound to inputs. */
    record OfRows(RowBinding binding, PreparedItems example) implements ItemPreparation {
        @Override
        public List<InputSpec> inputs() {
            return binding.inputs();
        }

        @Override
        public Signature signature() {
            return new Signature(binding.columns());
        }

        @Override
        public PreparedItems prepare(JobInput input) {
            return switch (input) {
                case JobInput.Columns(List<Tensor> columns) -> binding.bind(columns);
                case JobInput.Pictures _ ->
                    throw new IllegalArgumentException(
                            "its payload holds pictures, and the model takes rows: send it to a model of pictures");
            };
        }
    }

    /** Encoded pictures, decoded and scaled. */
    record OfPictures(
            Signature signature,
            PicturePreparation preparation,
            ImageDecoder decoder,
            InputSpec input,
            InputExample source)
            implements ItemPreparation {
        private static final Logger LOG = LoggerFactory.getLogger(OfPictures.class);

        @Override
        public List<InputSpec> inputs() {
            return List.of(input);
        }

        @Override
        public PreparedItems prepare(JobInput input) {
            return switch (input) {
                case JobInput.Columns _ ->
                    throw new IllegalArgumentException(
                            "its payload holds rows, and the model takes pictures: send it to a model of rows");
                case JobInput.Pictures(List<ByteBuffer> pictures) ->
                    PreparedItems.of(pictures.stream().map(this::decoded).toList());
            };
        }

        @Override
        public PreparedItems example() {
            float[] numbers = source.picture(preparation.values());
            return PreparedItems.of(List.of(new PreparedItems.Picture(tensor -> tensor.put(numbers))));
        }

        private PreparedItems.Part decoded(ByteBuffer encoded) {
            byte[] picture = new byte[encoded.remaining()];
            encoded.get(encoded.position(), picture);
            try {
                return new PreparedItems.Picture(preparation.prepare(picture, decoder)::writeTo);
            } catch (PictureRefusedException e) {
                return new PreparedItems.Failed(1, e.failure());
            } catch (RuntimeException e) {
                LOG.warn("Unexpected failure while decoding a picture of {} bytes", picture.length, e);
                return new PreparedItems.Failed(
                        1,
                        new Failure(
                                Failure.Kind.UNDECODABLE_PICTURE,
                                "the picture cannot be decoded: save it again as PNG or JPEG"));
            }
        }
    }

    /** @throws UnservableModelException when the columns cannot fill what the file takes */
    static OfRows ofRows(List<InputTensor> columns, Optional<OnnxFile> file, InputExample example)
            throws UnservableModelException {
        OnnxFile onnx = file.orElseThrow(
                () -> new UnservableModelException("rows are served from ONNX: log it with mlflow.onnx"));
        RowBinding binding = RowBinding.of(columns, onnx.inputs());
        return new OfRows(binding, binding.example(example.row(columns)));
    }

    /**
     * Of encoded pictures.
     *
     * @param file empty for TorchScript, which does not describe its inputs
     * @throws UnservableModelException when the file does not take pictures
     */
    static OfPictures ofPictures(
            Signature signature,
            PicturePreparation preparation,
            Optional<OnnxFile> file,
            InputExample example,
            LoadSettings settings)
            throws UnservableModelException {
        return new OfPictures(
                signature,
                preparation,
                new ImageDecoder(settings.natives(), settings.maxPixels()),
                pictureInput(file, preparation),
                example);
    }

    private static InputSpec pictureInput(Optional<OnnxFile> file, PicturePreparation preparation)
            throws UnservableModelException {
        Shape item = new Shape(3, preparation.height(), preparation.width());
        if (file.isEmpty()) {
            return new InputSpec("", DataType.FLOAT32, item);
        }
        List<InputSpec> inputs = file.get().inputs();
        if (inputs.size() != 1 || inputs.getFirst().type() != DataType.FLOAT32) {
            throw new UnservableModelException(
                    "its file does not take exactly one float32 tensor of pictures: export it with one such input");
        }
        return new InputSpec(inputs.getFirst().name(), DataType.FLOAT32, item);
    }
}
