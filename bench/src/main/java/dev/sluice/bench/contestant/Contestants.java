package dev.sluice.bench.contestant;

import java.util.List;

/** Who is compared, Sluice first. */
public final class Contestants {
    private Contestants() {}

    /** Every one works with the same ONNX files and as many engine threads as there are cores. */
    public static List<Contestant> all(Workshop workshop) {
        PythonPeers peers = new PythonPeers(workshop);
        return List.of(
                SluicePeer.asInstalled(workshop),
                SluicePeer.withEachWriteOnDisk(workshop),
                peers.fastApi(),
                peers.fastApiWithSimplejpeg(),
                peers.classic(),
                peers.mosec(),
                peers.mosecWithSimplejpeg(),
                peers.litServe(),
                peers.bentoMl(),
                peers.mlServer(),
                peers.mlflow());
    }
}
