const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a word on the command line is an id of the API, and not a name. */
export const isUuid = (text: string): boolean => UUID.test(text)
