export * from './add-job.ts'
export * from './install-queue.ts'
export * from './job.ts'
export * from './start-worker.ts'
