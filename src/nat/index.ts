// The NAT room's table of contents, for the network layer, doctor and explanations.
export type {
  BackendHost,
  BackendName,
  ClaimedPorts,
  Correction,
  NatBackend,
  PortChange,
  RuleSet,
  StandingNat,
} from './backend.js';
export { type Family, familyOf } from './family.js';
export {
  type ContainerIntent,
  checkNatOptions,
  closed,
  type NatOptions,
  type NatSettings,
  type NetworkIntent,
  networkIntent,
  plainSettings,
  type WantedNat,
} from './intent.js';
export { IptablesBackend } from './iptables/backend.js';
export { reservedNetworks } from './iptables/chains.js';
export { debianPackage, findProgram } from './iptables/program.js';
export { RestoreSession, type RestoreSessionOptions } from './iptables/session.js';
export { type SessionLease, sessions } from './iptables/sessions.js';
export { NatError } from './nat-error.js';
export { NftablesBackend } from './nftables/backend.js';
export { droppingChains } from './nftables/obstacles.js';
export {
  checkPort,
  conflicts,
  isLoopback,
  isOfFamily,
  type PortIntent,
  type Protocol,
  type PublishOptions,
  portText,
  protocolNumbers,
  samePort,
  singleAddress,
} from './ports.js';
