// The NAT room's table of contents, for the network layer, doctor and explanations.
export { disableNat, enableNat, readRules } from './apply.js';
export { networkChain, networkComment, reservedNetworks } from './chains.js';
export { explain } from './explain.js';
export { type MasqueradeSpec, planDisable, planEnable } from './masquerade.js';
export { NatError } from './nat-error.js';
export { debianPackage, findProgram } from './program.js';
export { RestoreSession, type RestoreSessionOptions, type Spawn } from './session.js';
export { RestoreSessions, type SessionLease, sessions } from './sessions.js';
export { foreignRules, noRules, type ParsedRules, parseRules } from './standing.js';
export { detectVariant, type IptablesVariant } from './variant.js';
