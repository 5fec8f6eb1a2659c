/** The models page: versions with their evidence; compare two, promote, roll back. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { ModelVersion } from '../../connectors/http/contract/types.ts'
import { AskDialog } from '../review/dialogs.tsx'
import { useLoaded } from '../shared/live.ts'
import { explainFailure } from '../dashboard/table.tsx'
import { Top } from '../shared/top.tsx'
import { Compared } from './compared.tsx'
import { modelKey } from './scores.ts'
import { TrainerPanel } from './trainer.tsx'
import { VersionTable, type ModelDecision } from './version-table.tsx'

export function Models() {
  const [models, setModels] = useState<readonly ModelVersion[] | null>(null)
  const [mayDecide, setMayDecide] = useState(false)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [asking, setAsking] = useState<ModelDecision | null>(null)
  const [said, setSaid] = useState('')
  useLoaded(
    '',
    async () =>
      api.models().then(
        ({ models: found }) => setModels(found),
        (error: unknown) => setSaid(explainFailure(error)),
      ),
    (name) => name === 'models',
  )
  useEffect(() => {
    api.me().then(
      ({ rights }) => setMayDecide(rights.includes('operate')),
      () => {},
    )
  }, [])
  const choose = (key: string): void =>
    setChosen((before) =>
      before.includes(key) ? before.filter((other) => other !== key) : [...before.slice(-1), key],
    )
  const decide = (why: string): void => {
    if (asking === null) return
    const name = asking.key.slice(0, asking.key.lastIndexOf('/'))
    void (asking.rollback ? api.rollback(name, why) : api.promote(asking.key, why)).then(
      // the table updates with the log
      ({ champion }) => setSaid(`${champion} is the champion now.`),
      (error: unknown) => setSaid(explainFailure(error)),
    )
    setAsking(null)
  }
  const shown = (models ?? []).filter((model) => chosen.includes(modelKey(model)))
  return (
    <div class="plain">
      <Top page="models" />
      <main class="broad">
        <h1>Models</h1>
        <p class="note">
          The gate promotes a version that is no worse than the champion on documents that neither
          was trained on. Choose one version to see its evidence, two to compare them.
        </p>
        <p role="status">{said}</p>
        <TrainerPanel />
        {models !== null && models.length === 0 && (
          <p>No model was published yet: the first one comes with the first training.</p>
        )}
        {models !== null && models.length > 0 && (
          <VersionTable
            models={models}
            chosen={chosen}
            onChoose={choose}
            onDecide={mayDecide ? setAsking : null}
          />
        )}
        {shown.length > 0 && <Compared models={shown} />}
      </main>
      {asking !== null && (
        <AskDialog
          title={asking.rollback ? `Roll back ${asking.key}` : `Promote ${asking.key}`}
          label="Why"
          action={asking.rollback ? 'Roll back' : 'Promote'}
          hint="Kept in the log, with your name. Extractors change over between two documents."
          onClose={() => setAsking(null)}
          onDone={decide}
        />
      )}
    </div>
  )
}
