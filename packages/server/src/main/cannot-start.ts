/** Something that whoever runs Croft has to change before a start can succeed; trying again does not help. */
export class CannotStart extends Error {}
