// Loads the npm package netlink.
import 'netlink';
