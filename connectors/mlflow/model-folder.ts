/**
 * The files that make a folder an MLflow model: the flavours onnx and python_function over
 * model.onnx.
 */

export function mlflowFiles(
  runId: string,
  at: number,
  outputs: number,
): Readonly<Record<string, string>> {
  const tensor = (name: string, dtype: string, shape: readonly number[]): object => ({
    type: 'tensor',
    'tensor-spec': { dtype, shape },
    name,
  })
  const inputs = JSON.stringify([tensor('features', 'int32', [-1, -1])])
  const scores = JSON.stringify([tensor('scores', 'float32', [-1, outputs])])
  return {
    MLmodel: [
      'artifact_path: model',
      'flavors:',
      '  onnx:',
      '    data: model.onnx',
      '    onnx_version: 1.19.0',
      '    providers:',
      '    - CPUExecutionProvider',
      '    code: null',
      '  python_function:',
      '    loader_module: mlflow.onnx',
      '    data: model.onnx',
      '    env:',
      '      virtualenv: python_env.yaml',
      '    python_version: 3.11.7',
      `run_id: ${runId}`,
      `model_uuid: ${runId}`,
      `utc_time_created: '${new Date(at).toISOString().replace('T', ' ').slice(0, 23)}000'`,
      'signature:',
      `  inputs: '${inputs}'`,
      `  outputs: '${scores}'`,
      '  params: null',
      '',
    ].join('\n'),
    'requirements.txt': 'mlflow\nonnx\nonnxruntime\nnumpy\n',
    'python_env.yaml':
      'python: 3.11.7\nbuild_dependencies: []\ndependencies:\n- -r requirements.txt\n',
  }
}
