/** Thrown out of `Tasks.all` when the user stops a run: neither bad input nor a mistake, so it has a type of its own. */
export class Cancelled extends Error {
  constructor() {
    super('The run was stopped.');
    this.name = 'Cancelled';
  }
}
