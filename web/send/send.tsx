/**
 * Uploads documents from the browser: each file is one request to the intake, and shows its
 * response.
 */

import { useRef, useState } from 'preact/hooks'
import { ApiError, request } from '../shared/api.ts'

interface Sent {
  readonly name: string
  readonly size: number
  readonly state: 'waiting' | 'sending' | 'accepted' | 'refused'
  readonly detail: string
}

const states: Readonly<Record<Sent['state'], string>> = {
  waiting: 'waits',
  sending: 'is sent…',
  accepted: 'accepted',
  refused: 'refused',
}

export function Send() {
  const [sent, setSent] = useState<readonly Sent[]>([])
  const [profile, setProfile] = useState('invoice')
  const [over, setOver] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const update = (index: number, change: Partial<Sent>): void =>
    setSent((list) => list.map((item, i) => (i === index ? { ...item, ...change } : item)))
  const send = async (files: readonly File[]): Promise<void> => {
    const first = sent.length
    setSent((list) => [
      ...list,
      ...files.map((file) => ({
        name: file.name,
        size: file.size,
        state: 'waiting' as const,
        detail: '',
      })),
    ])
    for (const [i, file] of files.entries()) {
      update(first + i, { state: 'sending' })
      const form = new FormData()
      form.append('profile', profile) // before the file: the intake reads the form as a stream
      form.append('file', file, file.name)
      try {
        const answer = (await (
          await request(`/documents?profile=${encodeURIComponent(profile)}`, {
            method: 'POST',
            body: form,
          })
        ).json()) as { documentId?: string }
        update(first + i, { state: 'accepted', detail: answer.documentId ?? '' })
      } catch (error) {
        update(first + i, {
          state: 'refused',
          detail: error instanceof ApiError ? error.message : 'failed',
        })
      }
    }
  }
  return (
    <section class="send" aria-label="Send documents">
      <p>
        <label>
          Read as{' '}
          <select value={profile} onChange={(event) => setProfile(event.currentTarget.value)}>
            <option value="invoice">invoice</option>
            <option value="receipt">receipt</option>
          </select>
        </label>
      </p>
      <div
        class={`drop ${over ? 'over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void send([...(event.dataTransfer?.files ?? [])])
        }}
      >
        <p>Drop PDF, image or e-invoice files here</p>
        <button type="button" class="primary" onClick={() => picker.current?.click()}>
          Choose files
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept=".pdf,.png,.jpg,.jpeg,.tif,.tiff,.webp,.xml,.p7m,.edi"
          onChange={(event) => {
            void send([...(event.currentTarget.files ?? [])])
            event.currentTarget.value = ''
          }}
        />
      </div>
      <ol class="sent" aria-live="polite">
        {sent.map((item, index) => (
          <li key={index} class={item.state}>
            <span class="name" dir="auto">
              {item.name}
            </span>
            <span>{Math.ceil(item.size / 1024)} kB</span>
            <b>{states[item.state]}</b>
            <span class="detail">{item.detail}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
