/** The names of all methods of `service.ts`, apart from their schemas: a sandboxed preload script needs no more. */
export const methodNames = [
  'application.state', 'settings.change',
  'project.open', 'project.choose', 'project.rename', 'project.journal', 'project.rebuild', 'trash.list', 'trash.restore', 'trash.empty',
  'materials.examples', 'materials.addExample', 'materials.list', 'materials.get', 'materials.inspect', 'materials.import', 'materials.prototypes',
  'materials.tryPrototype', 'materials.addPrototype', 'materials.show', 'materials.scan', 'materials.addCell', 'materials.rename', 'materials.export', 'materials.remove',
  'potentials.list', 'potentials.inspect', 'potentials.import', 'potentials.fits', 'potentials.suits', 'potentials.rename', 'potentials.remove',
  'runs.plan', 'runs.start', 'runs.search', 'runs.get', 'runs.command', 'runs.resume', 'runs.rename', 'runs.remove', 'runs.document', 'runs.follow',
  'measurements.list', 'measurements.add', 'measurements.remove',
  'reports.make',
] as const;
export type MethodName = (typeof methodNames)[number];
