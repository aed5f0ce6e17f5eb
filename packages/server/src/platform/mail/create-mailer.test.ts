import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startMailServer } from '../../../test/mail-server.ts'
import { createMailer, MailRefused } from './create-mailer.ts'

test('mail goes out, and a failure says whether trying again can help', async (t) => {
  const server = await startMailServer(t)
  const mailer = createMailer({ url: server.url, from: 'Croft <croft@example.com>' })
  const mail = { to: 'ann@example.com', subject: 'Hello', text: 'https://example.com/?token=abc\n' }
  await mailer.send(mail)
  assert.equal(server.mails.length, 1)
  assert.match(server.mails[0] ?? '', /^To: ann@example\.com\r$/m)
  assert.match(server.mails[0] ?? '', /^From: Croft <croft@example\.com>\r$/m)
  assert.match(server.mails[0] ?? '', /token=abc/)

  server.refuse = [450]
  await assert.rejects(mailer.send(mail), (error) => !(error instanceof MailRefused))
  server.refuse = [550]
  await assert.rejects(mailer.send(mail), MailRefused)
  await mailer.send(mail)
  assert.equal(server.mails.length, 2)
})

test('an address cannot become two, nor a header', async (t) => {
  const server = await startMailServer(t)
  const mailer = createMailer({ url: server.url, from: 'croft@example.com' })
  for (const to of ['a@example.com,b@example.com', 'a@example.com>\r\nBcc: b@example.com']) {
    await mailer.send({ to, subject: 'x\r\nBcc: c@example.com', text: 'x' }).catch(() => {})
  }
  for (const mail of server.mails) {
    assert.doesNotMatch(mail, /^Bcc:/im)
    assert.doesNotMatch(mail, /^To: .*b@example\.com/im)
  }
})

test('a mail server that is away fails the send, so that the job is tried again', async () => {
  const mailer = createMailer({ url: 'smtp://127.0.0.1:1', from: 'croft@example.com' })
  const sent = mailer.send({ to: 'a@example.com', subject: 'x', text: 'x' })
  await assert.rejects(sent, (error) => !(error instanceof MailRefused))
})
