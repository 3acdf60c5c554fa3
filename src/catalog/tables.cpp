#include <array>

#include "catalog/catalog.hpp"

namespace pilotlight::catalog {
namespace {

constexpr auto amd = Manufacturer::amd;
constexpr auto nvidia = Manufacturer::nvidia;

constexpr std::array gpu_type_table{
    GpuType{"AMD Instinct MI300X OAM", "MI300X", 192, amd},
    GpuType{"NVIDIA A100 80GB PCIe", "A100 PCIe", 80},
    GpuType{"NVIDIA A100-SXM4-80GB", "A100 SXM", 80},
    GpuType{"NVIDIA A30", "A30", 24},
    GpuType{"NVIDIA A40", "A40", 48},
    GpuType{"NVIDIA B200", "B200", 180},
    GpuType{"NVIDIA B300 SXM6 AC", "B300", 288, nvidia, false},
    GpuType{"NVIDIA GeForce RTX 3070", "RTX 3070", 8},
    GpuType{"NVIDIA GeForce RTX 3080", "RTX 3080", 10},
    GpuType{"NVIDIA GeForce RTX 3080 Ti", "RTX 3080 Ti", 12},
    GpuType{"NVIDIA GeForce RTX 3090", "RTX 3090", 24},
    GpuType{"NVIDIA GeForce RTX 3090 Ti", "RTX 3090 Ti", 24},
    GpuType{"NVIDIA GeForce RTX 4070 Ti", "RTX 4070 Ti", 12},
    GpuType{"NVIDIA GeForce RTX 4080", "RTX 4080", 16},
    GpuType{"NVIDIA GeForce RTX 4080 SUPER", "RTX 4080 SUPER", 16},
    GpuType{"NVIDIA GeForce RTX 4090", "RTX 4090", 24},
    GpuType{"NVIDIA GeForce RTX 5080", "RTX 5080", 16},
    GpuType{"NVIDIA GeForce RTX 5090", "RTX 5090", 32},
    GpuType{"NVIDIA H100 80GB HBM3", "H100 SXM", 80},
    GpuType{"NVIDIA H100 NVL", "H100 NVL", 94},
    GpuType{"NVIDIA H100 PCIe", "H100 PCIe", 80},
    GpuType{"NVIDIA H200", "H200 SXM", 141},
    GpuType{"NVIDIA H200 NVL", "NVIDIA H200 NVL", 143},
    GpuType{"NVIDIA L4", "L4", 24},
    GpuType{"NVIDIA L40", "L40", 48},
    GpuType{"NVIDIA L40S", "L40S", 48},
    GpuType{"NVIDIA RTX 2000 Ada Generation", "RTX 2000 Ada", 16},
    GpuType{"NVIDIA RTX 4000 Ada Generation", "RTX 4000 Ada", 20},
    GpuType{"NVIDIA RTX 4000 SFF Ada Generation", "RTX 4000 Ada SFF", 20},
    GpuType{"NVIDIA RTX 5000 Ada Generation", "RTX 5000 Ada", 32},
    GpuType{"NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada", 48},
    GpuType{"NVIDIA RTX A2000", "RTX A2000", 6},
    GpuType{"NVIDIA RTX A4000", "RTX A4000", 16},
    GpuType{"NVIDIA RTX A4500", "RTX A4500", 20},
    GpuType{"NVIDIA RTX A5000", "RTX A5000", 24},
    GpuType{"NVIDIA RTX A6000", "RTX A6000", 48},
    GpuType{"NVIDIA RTX PRO 4500 Blackwell", "RTX PRO 4500", 32, nvidia, false},
    GpuType{"NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "RTX PRO 6000 MaxQ", 96},
    GpuType{"NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX PRO 6000", 96},
    GpuType{"NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 1g.24gb", "PRO 6000 MIG 24GB", 24, nvidia,
            false},
    GpuType{"NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 2g.48gb", "PRO 6000 MIG 48GB", 48, nvidia,
            false},
    GpuType{"NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "RTX PRO 6000 WK", 96},
    GpuType{"Tesla T4", "T4", 16},
    GpuType{"Tesla V100-FHHL-16GB", "V100 FHHL", 16},
    GpuType{"Tesla V100-PCIE-16GB", "Tesla V100", 16},
    GpuType{"Tesla V100-PCIE-32GB", "V100 PCIe 32GB", 32},
    GpuType{"Tesla V100-SXM2-16GB", "V100 SXM2", 16},
    GpuType{"Tesla V100-SXM2-32GB", "V100 SXM2 32GB", 32},
};

constexpr std::array gpu_spelling_table{
    GpuSpelling{"NVIDIA  A30", "NVIDIA A30"},
    GpuSpelling{"NVIDIA  RTX A4500", "NVIDIA RTX A4500"},
    GpuSpelling{"NVIDIA A5000 Ada", "NVIDIA RTX 5000 Ada Generation"},
    GpuSpelling{"NVIDIA GeForce RTX 3080TI", "NVIDIA GeForce RTX 3080 Ti"},
    GpuSpelling{"NVIDIA RTX A30", "NVIDIA A30"},
};

template <class... Id>
constexpr auto ids(Id... id) {
  return std::array<std::string_view, sizeof...(Id)>{id...};
}

constexpr auto ampere_16 = ids("NVIDIA RTX A4000", "NVIDIA RTX A4500", "NVIDIA RTX 4000 Ada Generation",
                               "NVIDIA RTX 2000 Ada Generation");
constexpr auto ampere_24 = ids("NVIDIA RTX A5000", "NVIDIA L4", "NVIDIA GeForce RTX 3090");
constexpr auto ada_24 = ids("NVIDIA GeForce RTX 4090");
constexpr auto ada_32_pro = ids("NVIDIA GeForce RTX 5090");
constexpr auto ampere_48 = ids("NVIDIA A40", "NVIDIA RTX A6000");
constexpr auto ada_48_pro = ids("NVIDIA RTX 6000 Ada Generation", "NVIDIA L40", "NVIDIA L40S");
constexpr auto ampere_80 = ids("NVIDIA A100 80GB PCIe", "NVIDIA A100-SXM4-80GB");
constexpr auto ada_80_pro = ids("NVIDIA H100 PCIe", "NVIDIA H100 80GB HBM3", "NVIDIA H100 NVL");
constexpr auto blackwell_96 =
    ids("NVIDIA RTX PRO 6000 Blackwell Server Edition", "NVIDIA RTX PRO 6000 Blackwell Workstation Edition",
        "NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition");
constexpr auto hopper_141 = ids("NVIDIA H200");
constexpr auto blackwell_180 = ids("NVIDIA B200");

constexpr std::array gpu_pool_table{
    GpuPool{"AMPERE_16", ampere_16},
    GpuPool{"AMPERE_24", ampere_24},
    GpuPool{"ADA_24", ada_24},
    GpuPool{"ADA_32_PRO", ada_32_pro},
    GpuPool{"AMPERE_48", ampere_48},
    GpuPool{"ADA_48_PRO", ada_48_pro},
    GpuPool{"AMPERE_80", ampere_80},
    GpuPool{"ADA_80_PRO", ada_80_pro},
    GpuPool{"BLACKWELL_96", blackwell_96},
    GpuPool{"HOPPER_141", hopper_141},
    GpuPool{"BLACKWELL_180", blackwell_180},
};

constexpr std::array cpu_flavor_table{
    CpuFlavor{"cpu3c", "cpu3", "Compute-Optimized", 2, 10},
    CpuFlavor{"cpu3g", "cpu3", "General Purpose", 4, 10},
    CpuFlavor{"cpu3m", "cpu3", "Memory-Optimized", 8, 10, false},
    CpuFlavor{"cpu5c", "cpu5", "Compute-Optimized", 2, 15},
    CpuFlavor{"cpu5g", "cpu5", "General Purpose", 4, 15},
    CpuFlavor{"cpu5m", "cpu5", "Memory-Optimized", 8, 15, false},
};

constexpr std::array cpu_type_table{
    CpuType{"AMD EPYC 7543 32-Core Processor", "AMD EPYC 7543", "AMD", 32, 2, "cpu3"},
    CpuType{"AMD EPYC 7763 64-Core Processor", "AMD EPYC 7763", "AMD", 64, 2, "cpu3"},
    CpuType{"AMD EPYC 9354 32-Core Processor", "AMD EPYC 9354", "AMD", 32, 2, "cpu5"},
    CpuType{"AMD EPYC 9654 96-Core Processor", "AMD EPYC 9654", "AMD", 96, 2, "cpu5"},
};

constexpr auto america = Region::north_america;
constexpr auto europe = Region::europe;
constexpr auto asia = Region::asia;
constexpr auto oceania = Region::oceania;

constexpr std::array data_center_table{
    DataCenter{"AP-JP-1", "AP Japan 1", "Japan", "JP", asia},
    DataCenter{"CA-MTL-1", "CA Montreal 1", "Canada", "CA", america},
    DataCenter{"CA-MTL-2", "CA Montreal 2", "Canada", "CA", america},
    DataCenter{"CA-MTL-3", "CA Montreal 3", "Canada", "CA", america},
    DataCenter{"EU-CZ-1", "EU Czech Republic 1", "Czech Republic", "CZ", europe},
    DataCenter{"EU-FR-1", "EU France 1", "France", "FR", europe},
    DataCenter{"EU-NL-1", "EU Netherlands 1", "Netherlands", "NL", europe},
    DataCenter{"EU-RO-1", "EU Romania 1", "Romania", "RO", europe},
    DataCenter{"EU-SE-1", "EU Sweden 1", "Sweden", "SE", europe},
    DataCenter{"EUR-IS-1", "EUR Iceland 1", "Iceland", "IS", europe},
    DataCenter{"EUR-IS-2", "EUR Iceland 2", "Iceland", "IS", europe},
    DataCenter{"EUR-IS-3", "EUR Iceland 3", "Iceland", "IS", europe},
    DataCenter{"EUR-NO-1", "EUR Norway 1", "Norway", "NO", europe},
    DataCenter{"OC-AU-1", "OC Australia 1", "Australia", "AU", oceania},
    DataCenter{"US-CA-2", "US California 2", "United States", "US", america},
    DataCenter{"US-DE-1", "US Delaware 1", "United States", "US", america},
    DataCenter{"US-GA-1", "US Georgia 1", "United States", "US", america},
    DataCenter{"US-GA-2", "US Georgia 2", "United States", "US", america},
    DataCenter{"US-IL-1", "US Illinois 1", "United States", "US", america},
    DataCenter{"US-KS-2", "US Kansas 2", "United States", "US", america},
    DataCenter{"US-KS-3", "US Kansas 3", "United States", "US", america},
    DataCenter{"US-MO-1", "US Missouri 1", "United States", "US", america, false},
    DataCenter{"US-MO-2", "US Missouri 2", "United States", "US", america, false},
    DataCenter{"US-NC-1", "US North Carolina 1", "United States", "US", america},
    DataCenter{"US-NC-2", "US North Carolina 2", "United States", "US", america, false},
    DataCenter{"US-NE-1", "US Nebraska 1", "United States", "US", america, false},
    DataCenter{"US-TX-1", "US Texas 1", "United States", "US", america},
    DataCenter{"US-TX-3", "US Texas 3", "United States", "US", america},
    DataCenter{"US-TX-4", "US Texas 4", "United States", "US", america},
    DataCenter{"US-WA-1", "US Washington 1", "United States", "US", america},
};

constexpr auto cuda_version_table =
    ids("13.0", "12.9", "12.8", "12.7", "12.6", "12.5", "12.4", "12.3", "12.2", "12.1", "12.0", "11.8");

}  // namespace

std::span<const GpuType> gpu_types() {
  return gpu_type_table;
}

std::span<const GpuSpelling> gpu_spellings() {
  return gpu_spelling_table;
}

std::span<const GpuPool> gpu_pools() {
  return gpu_pool_table;
}

std::span<const CpuFlavor> cpu_flavors() {
  return cpu_flavor_table;
}

std::span<const CpuType> cpu_types() {
  return cpu_type_table;
}

std::span<const DataCenter> data_centers() {
  return data_center_table;
}

std::span<const std::string_view> cuda_versions() {
  return cuda_version_table;
}

}  // namespace pilotlight::catalog
