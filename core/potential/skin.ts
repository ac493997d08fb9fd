/**
 * Å: how far beyond its cutoff every neighbour list reaches, so that the small moves of a relaxation, a displacement or a
 * few steps of dynamics reuse it. Larger costs more distances per evaluation, smaller more rebuilding; results do not depend on it.
 */
export const skin = 0.5;
