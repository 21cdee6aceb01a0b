package dev.sluice.frontend.body;

/** How many bytes of bodies this process holds at once; one event loop only. */
public final class BytesInFlight {
    private final long most;
    private long held;

    public BytesInFlight(long most) {
        this.most = most;
    }

    public long held() {
        return held;
    }

    Share share() {
        return new Share();
    }

    /** One request's part, given back once however often it is released. */
    final class Share {
        private long mine;
        private boolean released;

        void add(int bytes) {
            if (released) {
                return;
            }
            if (held + bytes > most) {
                throw new TooManyBytesInFlightException(most);
            }
            held += bytes;
            mine += bytes;
        }

        void release() {
            held -= mine;
            mine = 0;
            released = true;
        }
    }
}
