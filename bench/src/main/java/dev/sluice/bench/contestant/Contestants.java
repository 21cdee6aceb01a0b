package dev.sluice.bench.contestant;

import java.util.List;

/**
 * Who is compared, Sluice first. Every one works with the same ONNX files and as many engine threads as there are cores.
 */
public final class Contestants {
    private Contestants() {}

    /** Each once, as most would set it up. */
    public static List<Contestant> each(Workshop workshop) {
        PythonPeers peers = new PythonPeers(workshop);
        return List.of(
                SluicePeer.asInstalled(workshop),
                peers.fastApi(),
                peers.classic(),
                peers.mosec(),
                peers.litServe(),
                peers.bentoMl(),
                peers.mlServer(),
                peers.mlflow());
    }

    /** Set up otherwise: Sluice with each write on disk, and peers with a faster decoder. */
    public static List<Contestant> variants(Workshop workshop) {
        PythonPeers peers = new PythonPeers(workshop);
        return List.of(
                SluicePeer.withEachWriteOnDisk(workshop), peers.fastApiWithSimplejpeg(), peers.mosecWithSimplejpeg());
    }
}
