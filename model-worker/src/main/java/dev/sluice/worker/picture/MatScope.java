package dev.sluice.worker.picture;

import java.util.ArrayList;
import java.util.List;
import org.opencv.core.Mat;

/** Native matrices that are freed together, at once: the garbage collector does not see how large they are. */
final class MatScope implements AutoCloseable {
    private final List<Mat> mats = new ArrayList<>();

    <M extends Mat> M keep(M mat) {
        mats.add(mat);
        return mat;
    }

    @Override
    public void close() {
        mats.forEach(Mat::release);
    }
}
