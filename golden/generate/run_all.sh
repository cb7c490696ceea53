#!/bin/bash
# Makes every file of golden/reference and golden/steps anew and checks it. Each framework wants its own virtualenv; name their Pythons:
#   KERAS  keras 3.15, tensorflow 2.21, tf_keras 2.21     TORCH  torch 2.13, numpy
#   ONNX   onnx 1.23, onnxruntime 1.31                    MXNET  mxnet 1.9.1, numpy 1.23.5
#   STEPS  all of them but MXNet in one (golden/steps)
# MXNET may be left out: then the MXNet files stay as they are, and the rosetta files too, which need all five; STEPS too.
set -e
cd "$(dirname "$0")"
: "${KERAS:?the Python with keras}" "${TORCH:?the Python with torch}" "${ONNX:?the Python with onnxruntime}"
export OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=
set_name=reference
"$TORCH" trajectory_check.py
"$TORCH" gen_documented.py
"$KERAS" gen_keras.py $set_name
"$KERAS" gen_tf1.py $set_name
"$TORCH" gen_torch.py $set_name
"$ONNX" gen_onnx.py $set_name
"$KERAS" gen_training.py $set_name
"$KERAS" gen_extra.py keras $set_name
"$KERAS" gen_extra.py tf1 $set_name
"$TORCH" gen_extra.py torch $set_name
"$ONNX" gen_extra.py onnx $set_name
"$KERAS" gen_extra.py training $set_name
if [ -n "$MXNET" ]; then
  "$MXNET" gen_mxnet.py $set_name
  "$KERAS" gen_rosetta.py run keras $set_name
  "$KERAS" gen_rosetta.py run tf1 $set_name
  "$TORCH" gen_rosetta.py run torch $set_name
  "$ONNX" gen_rosetta.py run onnx $set_name
  "$MXNET" gen_rosetta.py run mxnet $set_name
  "$TORCH" gen_rosetta.py join $set_name
fi
if [ -n "$STEPS" ]; then
  "$STEPS" gen_steps.py
  "$TORCH" check.py steps
fi
"$TORCH" check.py $set_name
"$TORCH" check_training.py $set_name
# article_stats.py (about 12 minutes) writes article_training_stats.json.
