# The build that users get (node-gyp, through node-gyp-build's install step). Sources are globbed, as in
# native/CMakeLists.txt, so that the two cannot drift.
{
  'targets': [
    {
      'target_name': 'netplumb',
      'sources': ['<!@(node scripts/native-sources.cjs)'],
      'include_dirs': ['<!(node -p "require(\'node-addon-api\').include_dir")', 'native'],
      'defines': [
        'NAPI_VERSION=9',
        'NAPI_CPP_EXCEPTIONS',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
        '_GNU_SOURCE',
      ],
      'cflags!': ['-fno-exceptions'],
      'cflags_cc!': ['-fno-exceptions', '-fno-rtti', '-std=gnu++17', '-std=gnu++20'],
      'cflags': ['-O2', '-pthread', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wpedantic'],
      # GCC 12 warns falsely of overlapping copies when strings are joined (GCC bug 105651).
      'cflags_cc': ['-std=c++20', '-fexceptions', '-Wno-restrict'],
      # A worker thread that ends unloads the addon; a thread of ours may still be inside it.
      'ldflags': ['-pthread', '-Wl,-z,nodelete'],
    },
  ],
}
