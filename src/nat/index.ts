// The NAT room's table of contents, for the network layer, doctor and explanations.
export { disableNat, enableNat, readRules } from './iptables/apply.js';
export { networkChain, networkComment, reservedNetworks } from './iptables/chains.js';
export { explain } from './iptables/explain.js';
export { type MasqueradeSpec, planDisable, planEnable } from './iptables/masquerade.js';
export { debianPackage, findProgram } from './iptables/program.js';
export { RestoreSession, type RestoreSessionOptions, type Spawn } from './iptables/session.js';
export { RestoreSessions, type SessionLease, sessions } from './iptables/sessions.js';
export { foreignRules, noRules, type ParsedRules, parseRules } from './iptables/standing.js';
export { detectVariant, type IptablesVariant } from './iptables/variant.js';
export { NatError } from './nat-error.js';
