import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPrivateHost } from './private-host.ts'

test('addresses and names inside private networks, in every spelling', () => {
  const inside = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[fd00::1]',
    '[fe80::1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::a00:1]',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'minio',
    'store.local',
    'metadata.google.internal',
  ]
  for (const host of inside) assert.ok(isPrivateHost(new URL(`http://${host}:9000`)), host)
  const outside = [
    's3.eu-central-1.amazonaws.com',
    '172.32.0.1',
    '8.8.8.8',
    '[2600::1]',
    'localhost.example.com',
  ]
  for (const host of outside) assert.ok(!isPrivateHost(new URL(`https://${host}`)), host)
})
