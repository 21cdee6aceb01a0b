"""MLServer's custom runtimes for the two models; `mlserver_models/` says how they are served."""

import model
import numpy as np
from mlserver import MLModel
from mlserver.codecs import Base64Codec, NumpyCodec, StringCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Rows(MLModel):
    async def load(self) -> bool:
        self._model = model.Rows()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        rows = self.decode(payload.inputs[0], default_codec=NumpyCodec)
        answers = self._model.predict(rows.astype(np.float32, copy=False))
        scores = np.array([[answer["score"]] for answer in answers], dtype=np.float32)
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                StringCodec.encode_output("label", [answer["label"] for answer in answers]),
                NumpyCodec.encode_output("score", scores),
            ],
        )


class Pictures(MLModel):
    async def load(self) -> bool:
        self._model = model.Pictures()
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        pictures = self.decode(payload.inputs[0], default_codec=Base64Codec)
        answers = self._model.predict(np.stack([model.prepare(picture) for picture in pictures]))
        labels = np.array([[item["label"] for item in answer] for answer in answers])
        scores = np.array([[item["score"] for item in answer] for answer in answers])
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                NumpyCodec.encode_output("labels", labels),
                NumpyCodec.encode_output("scores", scores.astype(np.float32)),
            ],
        )
