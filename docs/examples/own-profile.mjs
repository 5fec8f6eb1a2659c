/**
 * A kind of document of your own, read in a program of your own: node own-profile.mjs FILE…
 *
 * Fuel receipts are receipts of which the buyer's name is wanted too. The model that ships for
 * receipts reads the fields that it knows; a new one is learned from documents with their truth
 * (`errata train --profile fuel --data FOLDER`) or, in a deployment, from corrections.
 */

import { readFile } from 'node:fs/promises'
import { openReader, shippedModel } from 'errata'

const text = (name, label) => ({ name, label, type: 'text', required: true, perVendor: false })

const reader = await openReader({
  profile: {
    name: 'fuel',
    title: 'Fuel receipts',
    fields: [
      { ...text('seller_name', 'Filling station'), perVendor: true },
      { ...text('issue_date', 'Date'), type: 'date' },
      { ...text('grand_total', 'Total'), type: 'money' },
      { ...text('buyer_name', 'Driver'), required: false },
    ],
  },
  model: shippedModel('receipt'),
  settings: process.env,
})
try {
  for (const file of process.argv.slice(2)) {
    const { fields, route } = await reader.read(await readFile(file), file)
    const values = Object.entries(fields).map(([name, { value }]) => [name, value])
    console.log(JSON.stringify({ file, route, ...Object.fromEntries(values) }))
  }
} finally {
  await reader.close()
}
