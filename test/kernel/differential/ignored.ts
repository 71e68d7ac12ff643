// The fields of iproute2's output that are not compared, each with its reason. At most five.

export const ignored: Readonly<Record<string, string>> = {
  'route.nh_info': 'ip looks the next-hop object up by its id; those objects are compared themselves',
};
